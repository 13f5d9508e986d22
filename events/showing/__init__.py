"""What pages, calendars, feeds and search engines are shown of an event: words made of facts."""
