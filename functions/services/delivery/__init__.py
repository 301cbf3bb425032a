"""Results that are delivered: what is ordered when a run has ended, and what becomes of an order."""
