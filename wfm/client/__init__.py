"""`Wfm`, a package for each of its namespaces. Imports what stands below it: errors, calendar, model, store."""
