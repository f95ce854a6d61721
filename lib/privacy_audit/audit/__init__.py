"""Every control judged, every finding made, tasks, history, and what each reader may see."""
