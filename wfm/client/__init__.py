"""`Wfm`, a namespace a noun. Imports what stands below it: errors, calendar, model, store."""
