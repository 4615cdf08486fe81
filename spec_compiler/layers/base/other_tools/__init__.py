"""What other tools call the arguments of layers, and the words that they write for them."""
