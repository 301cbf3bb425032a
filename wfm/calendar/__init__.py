"""Time windows, date functions and timetables: pure, in and out of values. Imports `wfm.errors` alone."""
