"""Running a program: data against its declarations, in memory or as a stream of rows."""
