"""What makes networks fast on one kind of machine; each tested equal to torch's own."""
