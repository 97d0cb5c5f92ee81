"""What is measured on the film in view, and what about its outlines a person should look at."""
