"""Lists of coordinates in workbooks and delimited text: what is which, then outlines."""
