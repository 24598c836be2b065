"""How good the links are: measures, truths to hold them against, and simpler ways to beat."""
