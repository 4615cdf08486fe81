"""What a language model asks of specc: tools with typed results, and a server that offers them."""
