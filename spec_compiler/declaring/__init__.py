"""What declarations are made of: fields, choices, and their mistakes in the language's words."""
