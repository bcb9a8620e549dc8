"""Records of what the program says, and the command that makes and compares them."""
