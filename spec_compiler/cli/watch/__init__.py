"""`--watch`: what is done again when files change, and how it is told."""
