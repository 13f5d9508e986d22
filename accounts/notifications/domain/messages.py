def notify(kind, *, to, key, context=None, locale=None, now):
    SENT.append((kind, to, key, context))


SENT = []
