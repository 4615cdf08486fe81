"""What needs pyarrow, zarr or Dask: `make dask` runs it in build/dask, and no other test run."""


def pytest_configure(config):
    config.addinivalue_line("filterwarnings", "ignore")  # the libraries' own
