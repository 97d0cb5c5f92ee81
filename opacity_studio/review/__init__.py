"""Layer 2: Qt-free editing of annotations."""
