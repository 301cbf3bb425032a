"""One module a noun, and the rules about it: no AWS, no HTTP, no clock, no environment. Imports errors and calendar."""
