package room

// Offered reports whether a matching track is published and not muted, so that a Selector with these criteria will soon
// give it, unless its publisher does not permit that.
func (c *Connection) Offered(criteria Criteria) bool {
	v, err := c.Look()
	if err != nil {
		return false
	}
	o, ok := c.followed.narrow(criteria).choose(v.Offers, "", "")
	return ok && !o.Publication.Muted()
}
