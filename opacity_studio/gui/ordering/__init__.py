"""What matters next: finding it out while nothing else goes on."""
