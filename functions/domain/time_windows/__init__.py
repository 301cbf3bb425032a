"""When a run looks at: windows and date expressions, as people write them and as AMC takes them."""
