"""Training by Keras: the data, the epochs, and what is written afterwards."""
