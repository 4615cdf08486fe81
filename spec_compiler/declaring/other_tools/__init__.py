"""What other tools call keys and words of any declaration, and the other forms that they have."""
