#separator \x09
#path	http
#fields	ts	id.resp_h	id.resp_p	method	host	uri
1626688800.1	2001:db8::1	8080	GET	[2001:db8::1]	/a
1626688800.1	2001:db8::1	8080	GET	2001:db8::1	/a
