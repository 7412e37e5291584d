"""The pages: from an analysis' result to the exhibits of a page, headlines included.

One module holds one page or one section of it. A notebook shows what these functions return.
"""
