"""The networks' word on the film, beside the window's thread."""
