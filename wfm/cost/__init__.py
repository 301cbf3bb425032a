"""What a deployment costs in a month: counted operations times list prices, for WFM and both designs before it.

Pure, save for reading the price table beside it. May import `wfm.model` and what stands below it.
"""
