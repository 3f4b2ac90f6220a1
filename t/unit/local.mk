# Unit tests of lib/: one program for each file, named after it.
