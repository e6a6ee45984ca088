FOUND: list[dict[str, object]] = []
