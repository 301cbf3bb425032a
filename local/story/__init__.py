"""`wfm demo --story agency`: a working week of an agency with twelve clients, told in chapters on this machine.

A chapter types the commands that a person would type, tells what they did, and makes claims that are checked against
AMC, the rows and the events. One claim that does not hold makes the story fail.
"""
