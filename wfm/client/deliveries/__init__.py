"""Results that WFM delivers: how each stands, and having them delivered again."""
