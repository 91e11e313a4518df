"""Parts of networks that several systems and vocoders share."""
