"""The data set that comes out: one file a format, one row in `exporters.EXPORTERS`."""
