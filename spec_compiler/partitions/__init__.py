"""Rows in partitions, each run as on one machine, here or on the workers of Dask."""
