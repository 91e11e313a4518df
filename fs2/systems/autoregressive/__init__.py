"""What Transformer TTS and Tacotron 2 share: mels frame by frame, and an attention on the text."""
