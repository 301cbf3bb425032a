"""What WFM costs and how it grows, measured on this machine; the figures stand in docs/measures.md."""
