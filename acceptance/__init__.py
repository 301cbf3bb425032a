"""`make acceptance`: WFM deployed under a name of its own, a fixed list of checks, a table, and all of it taken down.

On an account, or with TARGET=local on the emulator. The checks are the same; what only an account can show is marked.
"""
