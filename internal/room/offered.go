package room

// Offered reports whether a matching track is published and not muted, so that a Selector with these criteria will soon
// give it, unless its publisher does not permit that.
func (c *Connection) Offered(criteria Criteria) bool {
	v, err := c.look()
	if err != nil {
		return false
	}
	o, ok := criteria.choose(v.offers, "", "")
	return ok && !o.pub.IsMuted()
}
