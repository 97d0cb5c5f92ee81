"""Several readers' outlines of one film, and the one who decides between them."""
