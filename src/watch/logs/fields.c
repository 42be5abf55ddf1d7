/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fields are called, by who calls them so: one table for all formats, because telemetry is renamed on its way and a name keeps its meaning. Knows no format's syntax.
 */
#include "watch/logs/fields.h"

#include <assert.h>

typedef struct row {
	ac_field_role role;
	bool top_only;     /* not as the last part of a longer name */
	const char *names; /* lower case, a blank between them */
} row;

/* A name stands once, in the group of those who use it most; the direction of bytes is that of the connection: CEF's bytesIn flows from source to destination. */
/* clang-format off */
static const row rows[] = {
	/* When: EVE, Zeek (ts), ECS, W3C (date and time), OCSF (time, time_dt), Sysmon (UtcTime), CEF (rt, end, start), LEEF (devTime), syslog in JSON, cloud exports. */
	{ AC_FIELD_TIME, true, "timestamp @timestamp ts datetime date-time date_time event_time eventtime event.created timegenerated time_generated time_local first_seen time_dt rt start end devtime devicereceipttime starttime endtime _time created_at creationtime timecreated timestamp_iso8601 time_iso8601 logtime syslog_timestamp published calendartime unixtime msec event.datetime query_timestamp creationdate stime firstpacket __realtime_timestamp t.$date ts.$date timestamp.$date" },
	{ AC_FIELD_TIME, false, "utctime systemtime" },
	{ AC_FIELD_DATE, true, "date" },
	{ AC_FIELD_CLOCK, true, "time" },
	/* Suricata EVE (output.html of its manual): event types flow, http, dns, tls, fileinfo, smtp, ssh, alert; smtp.ssh software versions are found by 'version'. */
	{ AC_FIELD_SOURCE, false, "src_ip" },
	{ AC_FIELD_DESTINATION, false, "dest_ip" },
	{ AC_FIELD_SOURCE_PORT, false, "src_port" },
	{ AC_FIELD_DESTINATION_PORT, false, "dest_port" },
	{ AC_FIELD_PROTOCOL, false, "proto app_proto" },
	{ AC_FIELD_URL_HOST, false, "http.hostname http.host" },
	{ AC_FIELD_URL_PATH, false, "http.url" },
	{ AC_FIELD_URL_PORT, false, "http_port" },
	{ AC_FIELD_USER_AGENT, false, "http_user_agent x_mailer" },
	{ AC_FIELD_REFERRER, false, "http_refer http_referrer http_referer refererurl ereferer" },
	{ AC_FIELD_METHOD, false, "http_method" },
	{ AC_FIELD_STATUS, false, "http.status" },
	{ AC_FIELD_DOMAIN, false, "rrname dns.query sni" },
	{ AC_FIELD_ANSWER, false, "rdata grouped.a grouped.aaaa grouped.cname grouped.ns grouped.mx grouped.ptr" },
	{ AC_FIELD_FILE_NAME, false, "fileinfo.filename" },
	{ AC_FIELD_FILE_SIZE, false, "fileinfo.size" },
	{ AC_FIELD_JA3, false, "ja3.hash" },
	{ AC_FIELD_OTHER, false, "ja3s ja3s.hash ja3_string ja3.string ja3s.string ja3s_string" },
	{ AC_FIELD_CERT_FINGERPRINT, false, "tls.fingerprint fingerprint" },
	{ AC_FIELD_CERT_SERIAL, false, "tls.serial" },
	{ AC_FIELD_CERT_SUBJECT, false, "tls.subject" },
	{ AC_FIELD_CERT_ISSUER, false, "issuerdn" },
	{ AC_FIELD_EMAIL_SENDER, false, "smtp.mail_from mail_from" },
	{ AC_FIELD_EMAIL_RECIPIENT, false, "smtp.rcpt_to rcpt_to email.cc email.bcc" },
	{ AC_FIELD_SOURCE_BYTES, false, "bytes_toserver" },
	{ AC_FIELD_DESTINATION_BYTES, false, "bytes_toclient" },
	{ AC_FIELD_SENSOR, true, "sensor in_sensor" },
	/* Zeek (base/protocols in its script reference): conn, dns, http, ssl, x509, files, smtp, software. */
	{ AC_FIELD_SOURCE, false, "id.orig_h orig_h" },
	{ AC_FIELD_DESTINATION, false, "id.resp_h resp_h" },
	{ AC_FIELD_SOURCE_PORT, false, "id.orig_p orig_p" },
	{ AC_FIELD_DESTINATION_PORT, false, "id.resp_p resp_p" },
	{ AC_FIELD_PROTOCOL, false, "service" },
	{ AC_FIELD_URL_HOST, false, "host" },
	{ AC_FIELD_URL_PATH, false, "uri" },
	{ AC_FIELD_USER_AGENT, false, "user_agent" },
	{ AC_FIELD_REFERRER, false, "referrer referer" },
	{ AC_FIELD_METHOD, true, "method" },
	{ AC_FIELD_STATUS, false, "status_code" },
	{ AC_FIELD_DOMAIN, false, "server_name" },
	{ AC_FIELD_DOMAIN, true, "query qname" },
	{ AC_FIELD_ANSWER, true, "answers" },
	{ AC_FIELD_CERT_SERIAL, false, "certificate.serial" },
	{ AC_FIELD_CERT_SUBJECT, false, "certificate.subject" },
	{ AC_FIELD_CERT_ISSUER, false, "certificate.issuer" },
	{ AC_FIELD_CERT_ISSUER, true, "issuer" },
	{ AC_FIELD_CERT_FINGERPRINT, false, "cert_chain_fps client_cert_chain_fps" },
	{ AC_FIELD_DOMAIN, false, "san.dns" },
	{ AC_FIELD_SOURCE, false, "tx_hosts" },
	{ AC_FIELD_DESTINATION, false, "rx_hosts" },
	{ AC_FIELD_FILE_SIZE, false, "total_bytes" },
	{ AC_FIELD_EMAIL_SENDER, false, "mailfrom from" },
	{ AC_FIELD_EMAIL_RECIPIENT, false, "rcptto to cc reply_to" },
	{ AC_FIELD_EMAIL_SUBJECT, true, "subject" },
	{ AC_FIELD_SOURCE_BYTES, false, "orig_bytes request_body_len" },
	{ AC_FIELD_DESTINATION_BYTES, false, "resp_bytes response_body_len" },
	{ AC_FIELD_OTHER, false, "uid fuid" },
	/* ECS (field reference): also Winlogbeat's and Filebeat's common part. */
	{ AC_FIELD_SOURCE, false, "source.ip source.address client.ip client.address source.domain client.domain" },
	{ AC_FIELD_DESTINATION, false, "destination.ip destination.address server.ip server.address destination.domain server.domain" },
	{ AC_FIELD_SOURCE_PORT, false, "source.port client.port" },
	{ AC_FIELD_DESTINATION_PORT, false, "destination.port server.port" },
	{ AC_FIELD_PROTOCOL, false, "network.transport network.protocol" },
	{ AC_FIELD_URL_SCHEME, false, "url.scheme" },
	{ AC_FIELD_URL_HOST, false, "url.domain" },
	{ AC_FIELD_URL_PORT, false, "url.port" },
	{ AC_FIELD_URL_PATH, false, "url.path" },
	{ AC_FIELD_URL_QUERY, false, "url.query" },
	{ AC_FIELD_URL, false, "url.full url.original" },
	{ AC_FIELD_USER_AGENT, false, "user_agent.original" },
	{ AC_FIELD_REFERRER, false, "http.request.referrer" },
	{ AC_FIELD_METHOD, false, "http.request.method" },
	{ AC_FIELD_STATUS, false, "http.response.status_code" },
	{ AC_FIELD_DOMAIN, false, "dns.question.name tls.client.server_name" },
	{ AC_FIELD_ANSWER, false, "dns.answers.data dns.resolved_ip" },
	{ AC_FIELD_SENSOR, false, "host.name host.hostname agent.hostname observer.hostname observer.name" },
	{ AC_FIELD_OTHER, false, "agent.name host.ip host.mac observer.ip dns.answers.name" },
	{ AC_FIELD_USER, false, "user.name user.email source.user.name client.user.name" },
	{ AC_FIELD_FILE_NAME, false, "file.name dll.name" },
	{ AC_FIELD_FILE_PATH, false, "file.path file.target_path dll.path" },
	{ AC_FIELD_FILE_SIZE, false, "file.size" },
	{ AC_FIELD_PROCESS_PATH, false, "process.executable" },
	{ AC_FIELD_PROCESS_ID, false, "process.pid" },
	{ AC_FIELD_COMMAND_LINE, false, "process.command_line" },
	{ AC_FIELD_PARENT_PATH, false, "process.parent.executable" },
	{ AC_FIELD_PARENT_COMMAND_LINE, false, "process.parent.command_line" },
	{ AC_FIELD_OTHER, false, "process.parent.pid" },
	{ AC_FIELD_REGISTRY_KEY, false, "registry.path registry.key" },
	{ AC_FIELD_REGISTRY_VALUE, false, "registry.value" },
	{ AC_FIELD_REGISTRY_DATA, false, "registry.data.strings" },
	{ AC_FIELD_SERVICE_NAME, false, "service.name" },
	{ AC_FIELD_AS_NUMBER, false, "as.number" },
	{ AC_FIELD_JA3, false, "tls.client.ja3" },
	{ AC_FIELD_OTHER, false, "tls.server.ja3s" },
	{ AC_FIELD_CERT_FINGERPRINT, false, "tls.server.hash.md5 tls.server.hash.sha1 tls.server.hash.sha256 tls.client.hash.md5 tls.client.hash.sha1 tls.client.hash.sha256" },
	{ AC_FIELD_CERT_SERIAL, false, "x509.serial_number" },
	{ AC_FIELD_CERT_SUBJECT, false, "tls.server.subject tls.client.subject x509.subject.distinguished_name" },
	{ AC_FIELD_CERT_ISSUER, false, "tls.server.issuer tls.client.issuer x509.issuer.distinguished_name" },
	{ AC_FIELD_EMAIL_SENDER, false, "email.from.address email.from email.sender.address" },
	{ AC_FIELD_EMAIL_RECIPIENT, false, "email.to.address email.to email.cc.address email.bcc.address" },
	{ AC_FIELD_EMAIL_SUBJECT, false, "email.subject" },
	{ AC_FIELD_SOURCE_BYTES, false, "source.bytes client.bytes" },
	{ AC_FIELD_DESTINATION_BYTES, false, "destination.bytes server.bytes" },
	/* OCSF 1.x (network_activity, http_activity, dns_activity, file_activity, process_activity, email_activity). */
	{ AC_FIELD_SOURCE, false, "src_endpoint.ip src_endpoint.hostname" },
	{ AC_FIELD_DESTINATION, false, "dst_endpoint.ip dst_endpoint.hostname" },
	{ AC_FIELD_SOURCE_PORT, false, "src_endpoint.port" },
	{ AC_FIELD_DESTINATION_PORT, false, "dst_endpoint.port" },
	{ AC_FIELD_PROTOCOL, false, "connection_info.protocol_name" },
	{ AC_FIELD_URL, false, "url_string" },
	{ AC_FIELD_URL_HOST, false, "url.hostname" },
	{ AC_FIELD_URL_QUERY, false, "url.query_string" },
	{ AC_FIELD_METHOD, false, "http_request.http_method" },
	{ AC_FIELD_STATUS, false, "http_response.code" },
	{ AC_FIELD_USER_AGENT, false, "http_request.user_agent" },
	{ AC_FIELD_REFERRER, false, "http_request.referrer" },
	{ AC_FIELD_DOMAIN, false, "query.hostname" },
	{ AC_FIELD_SENSOR, false, "device.hostname device.name" },
	{ AC_FIELD_OTHER, false, "device.ip" },
	{ AC_FIELD_USER, false, "actor.user.name" },
	{ AC_FIELD_PROCESS_PATH, false, "process.file.path" },
	{ AC_FIELD_FILE_NAME, false, "process.file.name" },
	{ AC_FIELD_COMMAND_LINE, false, "process.cmd_line" },
	{ AC_FIELD_PARENT_PATH, false, "parent_process.file.path" },
	{ AC_FIELD_PARENT_COMMAND_LINE, false, "parent_process.cmd_line" },
	{ AC_FIELD_REGISTRY_KEY, false, "reg_key.path reg_value.path" },
	{ AC_FIELD_REGISTRY_VALUE, false, "reg_value.name" },
	{ AC_FIELD_REGISTRY_DATA, false, "reg_value.data" },
	{ AC_FIELD_HASH, false, "hashes.value fingerprints.value" },
	{ AC_FIELD_CERT_FINGERPRINT, false, "certificate.fingerprints.value" },
	{ AC_FIELD_CERT_SERIAL, false, "certificate.serial_number" },
	{ AC_FIELD_JA3, false, "ja3_hash.value ja3_hash" },
	{ AC_FIELD_OTHER, false, "ja3s_hash.value ja3s_hash" },
	{ AC_FIELD_SERVICE_NAME, false, "win_service.name" },
	{ AC_FIELD_AS_NUMBER, false, "autonomous_system.number" },
	{ AC_FIELD_SOURCE_BYTES, false, "traffic.bytes_out" },
	{ AC_FIELD_DESTINATION_BYTES, false, "traffic.bytes_in" },
	/* Sysmon and the Windows event log (under winlog.event_data, EventData, or flat). */
	{ AC_FIELD_SOURCE, false, "sourceip sourcehostname sourceaddress ipaddress" },
	{ AC_FIELD_DESTINATION, false, "destinationip destinationhostname destaddress" },
	{ AC_FIELD_SOURCE_PORT, false, "sourceport ipport" },
	{ AC_FIELD_DESTINATION_PORT, false, "destinationport destport" },
	{ AC_FIELD_PROCESS_PATH, false, "image newprocessname application sourceimage" },
	{ AC_FIELD_PROCESS_ID, false, "processid newprocessid pid procid" },
	{ AC_FIELD_COMMAND_LINE, false, "commandline" },
	{ AC_FIELD_PARENT_PATH, false, "parentimage parentprocessname" },
	{ AC_FIELD_PARENT_COMMAND_LINE, false, "parentcommandline" },
	{ AC_FIELD_OTHER, false, "parentprocessid" },
	{ AC_FIELD_FILE_PATH, false, "targetfilename imageloaded imagepath" },
	{ AC_FIELD_FILE_NAME, false, "originalfilename" },
	{ AC_FIELD_REGISTRY_KEY, false, "targetobject" },
	{ AC_FIELD_REGISTRY_VALUE, false, "objectvaluename" },
	{ AC_FIELD_EVENT_KIND, false, "eventtype" },
	{ AC_FIELD_REGISTRY_DATA, false, "details newvalue" },
	{ AC_FIELD_SERVICE_NAME, false, "servicename" },
	{ AC_FIELD_DOMAIN, false, "queryname" },
	{ AC_FIELD_ANSWER, false, "queryresults" },
	{ AC_FIELD_USER, false, "user targetusername subjectusername" },
	{ AC_FIELD_SENSOR, false, "computer computername computer_name workstationname" },
	{ AC_FIELD_HASH, false, "hashes hash imphash" },
	/* W3C extended log files (WD-logfile), IIS, and CloudFront's variant. */
	{ AC_FIELD_SOURCE, false, "c-ip c-dns x-forwarded-for" },
	{ AC_FIELD_DESTINATION, false, "s-ip r-ip s-dns r-host" },
	{ AC_FIELD_SOURCE_PORT, false, "c-port" },
	{ AC_FIELD_DESTINATION_PORT, false, "r-port" },
	{ AC_FIELD_URL_PORT, false, "s-port cs-uri-port" },
	{ AC_FIELD_URL_SCHEME, false, "cs-uri-scheme cs-protocol" },
	{ AC_FIELD_URL_HOST, false, "cs-host cs(host) x-host-header" },
	{ AC_FIELD_URL_PATH, false, "cs-uri-stem cs-uri cs-uri-path" },
	{ AC_FIELD_URL_QUERY, false, "cs-uri-query" },
	{ AC_FIELD_USER_AGENT, false, "cs(user-agent)" },
	{ AC_FIELD_REFERRER, false, "cs(referer) cs(referrer)" },
	{ AC_FIELD_METHOD, false, "cs-method" },
	{ AC_FIELD_STATUS, false, "sc-status" },
	{ AC_FIELD_USER, false, "cs-username" },
	{ AC_FIELD_SENSOR, false, "s-computername" },
	{ AC_FIELD_SOURCE_BYTES, false, "cs-bytes" },
	{ AC_FIELD_DESTINATION_BYTES, false, "sc-bytes" },
	/* Exchange: HttpProxy, and message tracking. */
	{ AC_FIELD_SOURCE, false, "clientipaddress client-ip original-client-ip client-hostname" },
	{ AC_FIELD_DESTINATION, false, "targetserver server-ip original-server-ip" },
	{ AC_FIELD_SENSOR, false, "serverhostname server-hostname" },
	{ AC_FIELD_URL_HOST, false, "urlhost" },
	{ AC_FIELD_URL_PATH, false, "urlstem" },
	{ AC_FIELD_URL_QUERY, false, "urlquery" },
	{ AC_FIELD_STATUS, false, "httpstatus" },
	{ AC_FIELD_USER, false, "authenticateduser" },
	{ AC_FIELD_EMAIL_SENDER, false, "sender-address return-path" },
	{ AC_FIELD_EMAIL_RECIPIENT, false, "recipient-address anchormailbox" },
	{ AC_FIELD_EMAIL_SUBJECT, false, "message-subject" },
	/* Apache and nginx, by the names of nginx's variables (ngx_http_core_module, ngx_http_log_module). */
	{ AC_FIELD_SOURCE, false, "remote_addr http_x_forwarded_for" },
	{ AC_FIELD_USER, false, "remote_user" },
	{ AC_FIELD_METHOD, false, "request_method" },
	{ AC_FIELD_URL_PATH, false, "request_uri" },
	{ AC_FIELD_URL_HOST, false, "http_host vhost" },
	{ AC_FIELD_URL_PORT, false, "server_port" },
	{ AC_FIELD_URL_SCHEME, false, "scheme" },
	{ AC_FIELD_URL_QUERY, false, "query_string" },
	{ AC_FIELD_STATUS, true, "status" },
	{ AC_FIELD_DESTINATION_BYTES, false, "body_bytes_sent bytes_sent" },
	{ AC_FIELD_PROTOCOL, false, "server_protocol" },
	/* ArcSight CEF (extension dictionary, short and full names). */
	{ AC_FIELD_SOURCE, false, "src shost sourcetranslatedaddress" },
	{ AC_FIELD_DESTINATION, false, "dst dhost destinationtranslatedaddress destinationdnsdomain destinationaddress" },
	{ AC_FIELD_SOURCE_PORT, false, "spt" },
	{ AC_FIELD_DESTINATION_PORT, false, "dpt" },
	{ AC_FIELD_PROTOCOL, true, "app transportprotocol applicationprotocol" },
	{ AC_FIELD_URL, false, "request requesturl" },
	{ AC_FIELD_USER_AGENT, false, "requestclientapplication" },
	{ AC_FIELD_REFERRER, false, "requestcontext" },
	{ AC_FIELD_METHOD, false, "requestmethod" },
	{ AC_FIELD_USER, false, "suser duser sourceusername destinationusername" },
	{ AC_FIELD_FILE_NAME, false, "fname" },
	{ AC_FIELD_FILE_PATH, false, "filepath oldfilepath" },
	{ AC_FIELD_FILE_SIZE, false, "fsize filesize" },
	{ AC_FIELD_HASH, false, "filehash oldfilehash analyticscksum" },
	{ AC_FIELD_PROCESS_PATH, false, "sproc dproc sourceprocessname destinationprocessname deviceprocessname" },
	{ AC_FIELD_PROCESS_ID, false, "spid dpid" },
	{ AC_FIELD_SENSOR, false, "dvc dvchost devicehostname deviceaddress" },
	{ AC_FIELD_SOURCE_BYTES, true, "bytesout" },
	{ AC_FIELD_DESTINATION_BYTES, true, "bytesin" },
	/* QRadar LEEF (predefined event attributes). */
	{ AC_FIELD_SOURCE_PORT, false, "srcport src-port" },
	{ AC_FIELD_DESTINATION_PORT, false, "dstport dst-port" },
	{ AC_FIELD_USER, false, "usrname accountname" },
	{ AC_FIELD_SENSOR, false, "identhostname" },
	{ AC_FIELD_SOURCE_BYTES, false, "srcbytes" },
	{ AC_FIELD_DESTINATION_BYTES, false, "dstbytes" },
	/* Firewalls and proxies that write key=value (FortiOS, pfSense, Squid's tables), flow logs. */
	{ AC_FIELD_SOURCE, false, "srcip source_ip client_ip clientip srcaddr src_addr sip src-ip" },
	{ AC_FIELD_DESTINATION, false, "dstip dst_ip destip destination_ip server_ip dstaddr dst_addr dip dst-ip" },
	{ AC_FIELD_SOURCE_PORT, false, "source_port src_pt sport" },
	{ AC_FIELD_DESTINATION_PORT, false, "dst_port destination_port dport" },
	{ AC_FIELD_SENSOR, false, "devname hostname devid" },
	{ AC_FIELD_USER, false, "srcuser username account unauthuser" },
	{ AC_FIELD_SOURCE_BYTES, false, "sentbyte sentbytes" },
	{ AC_FIELD_DESTINATION_BYTES, false, "rcvdbyte rcvdbytes" },
	{ AC_FIELD_USER_AGENT, false, "agent useragent user-agent ua" },
	{ AC_FIELD_PROTOCOL, false, "protocol" },
	{ AC_FIELD_URL_PATH, false, "url path" },
	{ AC_FIELD_URL_HOST, false, "dstname requesthost requested_host remotename" },
	{ AC_FIELD_URL_PATH, false, "arg requestpath requested_path" },
	{ AC_FIELD_URL_QUERY, false, "httprequest.args" },
	{ AC_FIELD_AS_NUMBER, false, "asn as_number src_asn dst_asn srcasn dstasn" },
	/* Defender and other endpoint tables as CSV. */
	{ AC_FIELD_SOURCE, false, "localip" },
	{ AC_FIELD_DESTINATION, false, "remoteip" },
	{ AC_FIELD_SOURCE_PORT, false, "localport" },
	{ AC_FIELD_DESTINATION_PORT, false, "remoteport" },
	{ AC_FIELD_URL, false, "remoteurl eurl" },
	{ AC_FIELD_SENSOR, false, "devicename host_name" },
	{ AC_FIELD_FILE_PATH, false, "folderpath file_path filefullpath" },
	{ AC_FIELD_COMMAND_LINE, false, "processcommandline command_line cmdline" },
	{ AC_FIELD_PARENT_COMMAND_LINE, false, "initiatingprocesscommandline parent_command_line" },
	{ AC_FIELD_PARENT_PATH, false, "initiatingprocessfolderpath parent_path" },
	{ AC_FIELD_OTHER, false, "initiatingprocessfilename initiatingprocessid" },
	{ AC_FIELD_PROCESS_PATH, false, "process_path exe executable" },
	{ AC_FIELD_PROCESS_ID, false, "process_id" },
	{ AC_FIELD_REGISTRY_KEY, false, "registrykey registry_key regkey" },
	{ AC_FIELD_REGISTRY_VALUE, false, "registryvaluename registry_value_name regvaluename" },
	{ AC_FIELD_REGISTRY_DATA, false, "registryvaluedata registry_data" },
	{ AC_FIELD_USER, false, "user_name" },
	{ AC_FIELD_SERVICE_NAME, false, "service_name" },
	{ AC_FIELD_EMAIL_SENDER, false, "senderfromaddress sendermailfromaddress sender mail_sender" },
	{ AC_FIELD_EMAIL_RECIPIENT, false, "recipientemailaddress recipient recipients" },
	/* Audit and access logs of clouds: CloudTrail, Azure (Key Vault's clientInfo), Google, Kubernetes, Cloudflare, Salesforce (BROWSER_TYPE). */
	{ AC_FIELD_TIME, true, "requestreceivedtimestamp stagetimestamp createddatetime activitydatetime edgestarttimestamp" },
	{ AC_FIELD_SOURCE, false, "sourceipaddress calleripaddress callerip sourceips httprequest.remoteip" },
	{ AC_FIELD_DESTINATION, false, "httprequest.serverip originip" },
	{ AC_FIELD_URL_HOST, false, "clientrequesthost" },
	{ AC_FIELD_URL_PATH, false, "clientrequesturi requesturi" },
	{ AC_FIELD_METHOD, false, "clientrequestmethod" },
	{ AC_FIELD_USER_AGENT, false, "callersupplieduseragent clientrequestuseragent clientinfo browser_type" },
	{ AC_FIELD_REFERRER, false, "clientrequestreferer" },
	{ AC_FIELD_USER, false, "principalemail userprincipalname userids" },
	{ AC_FIELD_AS_NUMBER, false, "autonomoussystemnumber clientasn" },
	{ AC_FIELD_OTHER, false, "containers.image" },
	/* Splunk's Common Information Model (Web, Network Traffic), as exports of searches have it. */
	{ AC_FIELD_SOURCE, false, "src_host" },
	{ AC_FIELD_DESTINATION, false, "dest_host" },
	{ AC_FIELD_DESTINATION, true, "dest" },
	{ AC_FIELD_URL_HOST, true, "site" },
	{ AC_FIELD_URL_PATH, false, "uri_path" },
	{ AC_FIELD_URL_QUERY, false, "uri_query" },
	/* Names that say what they hold, wherever they stand. */
	{ AC_FIELD_SOFTWARE, false, "os.kernel sw_ver os_ver app_ver fw_ver agent_ver client_ver ver osver appver fwver swver firmware build os_build browser" },
	{ AC_FIELD_DOMAIN, false, "domain dns_query fqdn domain_name" },
	{ AC_FIELD_FILE_NAME, false, "filename file_name file" },
	{ AC_FIELD_FILE_SIZE, false, "file_size" },
	{ AC_FIELD_HASH, false, "md5 sha1 sha224 sha256 sha384 sha512 ssdeep tlsh authentihash file_hash file_md5 file_sha1 file_sha256" },
	{ AC_FIELD_FILE_NAMES, false, "attachment attachments attachment_name attachment_names orig_filenames resp_filenames" },
	{ AC_FIELD_MUTEX, false, "mutex mutex_name mutexname mutant" },
	{ AC_FIELD_NAMED_PIPE, false, "pipename pipe_name namedpipe named_pipe pipe" },
	{ AC_FIELD_JA3, false, "ja3" },
	{ AC_FIELD_JA4, false, "ja4" },
	{ AC_FIELD_CERT_SERIAL, false, "cert_serial serial_number" },
	{ AC_FIELD_CERT_FINGERPRINT, false, "cert_fingerprint cert_sha1 cert_sha256 thumbprint" },
	{ AC_FIELD_CERT_SUBJECT, false, "cert_subject" },
	{ AC_FIELD_CERT_ISSUER, false, "cert_issuer" },
};
/* clang-format on */

static const char *const role_names[] = {
	[AC_FIELD_OTHER] = "other",
	[AC_FIELD_TIME] = "time",
	[AC_FIELD_DATE] = "date",
	[AC_FIELD_CLOCK] = "clock",
	[AC_FIELD_SOURCE] = "source",
	[AC_FIELD_DESTINATION] = "destination",
	[AC_FIELD_SOURCE_PORT] = "source-port",
	[AC_FIELD_DESTINATION_PORT] = "destination-port",
	[AC_FIELD_PROTOCOL] = "protocol",
	[AC_FIELD_URL_SCHEME] = "url-scheme",
	[AC_FIELD_URL_HOST] = "url-host",
	[AC_FIELD_URL_PORT] = "url-port",
	[AC_FIELD_URL_PATH] = "url-path",
	[AC_FIELD_URL_QUERY] = "url-query",
	[AC_FIELD_SOFTWARE] = "software",
	[AC_FIELD_USER_AGENT] = "user-agent",
	[AC_FIELD_URL] = "url",
	[AC_FIELD_REFERRER] = "referrer",
	[AC_FIELD_METHOD] = "method",
	[AC_FIELD_STATUS] = "status",
	[AC_FIELD_DOMAIN] = "domain",
	[AC_FIELD_ANSWER] = "answer",
	[AC_FIELD_SENSOR] = "sensor",
	[AC_FIELD_USER] = "user",
	[AC_FIELD_FILE_NAME] = "file-name",
	[AC_FIELD_FILE_NAMES] = "file-names",
	[AC_FIELD_FILE_PATH] = "file-path",
	[AC_FIELD_FILE_SIZE] = "file-size",
	[AC_FIELD_HASH] = "hash",
	[AC_FIELD_PROCESS_PATH] = "process-path",
	[AC_FIELD_PROCESS_ID] = "process-id",
	[AC_FIELD_COMMAND_LINE] = "command-line",
	[AC_FIELD_PARENT_PATH] = "parent-path",
	[AC_FIELD_PARENT_COMMAND_LINE] = "parent-command-line",
	[AC_FIELD_REGISTRY_KEY] = "registry-key",
	[AC_FIELD_REGISTRY_VALUE] = "registry-value",
	[AC_FIELD_REGISTRY_DATA] = "registry-data",
	[AC_FIELD_MUTEX] = "mutex",
	[AC_FIELD_NAMED_PIPE] = "named-pipe",
	[AC_FIELD_SERVICE_NAME] = "service-name",
	[AC_FIELD_AS_NUMBER] = "as-number",
	[AC_FIELD_JA3] = "ja3",
	[AC_FIELD_JA4] = "ja4",
	[AC_FIELD_CERT_FINGERPRINT] = "cert-fingerprint",
	[AC_FIELD_CERT_SERIAL] = "cert-serial",
	[AC_FIELD_CERT_SUBJECT] = "cert-subject",
	[AC_FIELD_CERT_ISSUER] = "cert-issuer",
	[AC_FIELD_EMAIL_SENDER] = "email-sender",
	[AC_FIELD_EMAIL_RECIPIENT] = "email-recipient",
	[AC_FIELD_EMAIL_SUBJECT] = "email-subject",
	[AC_FIELD_SOURCE_BYTES] = "source-bytes",
	[AC_FIELD_DESTINATION_BYTES] = "destination-bytes",
	[AC_FIELD_EVENT_KIND] = "event-kind",
};
static_assert(AC_COUNT(role_names) == AC_FIELD_ROLE_COUNT, "a word for each role");
static_assert(AC_FIELD_ROLE_COUNT <= 64, "roles are bits of a word");

const char *
ac_field_role_name(ac_field_role role)
{
	return role_names[role];
}

bool
ac_field_role_from_name(ac_str name, ac_field_role *out)
{
	for (unsigned i = 0; i < AC_FIELD_ROLE_COUNT; i++)
		if (ac_str_eq_fold(name, ac_str_from(role_names[i]))) {
			*out = (ac_field_role)i;
			return true;
		}
	return false;
}

static size_t
slot_of(const char folded[AC_FIELD_NAME_MAX], size_t n)
{
	uint64_t hash = n;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)folded[i]) * 0x9e3779b97f4a7c15u;
	return (size_t)(hash >> (64 - AC_FIELD_SLOT_BITS));
}

/* The slot of a name, or the empty one where it would be. A quarter of the slots is always empty (a test counts). */
static const ac_field_slot *
find_slot(const ac_field_names *names, const char *folded, size_t n)
{
	size_t at = slot_of(folded, n);

	while (names->slots[at].p && (names->slots[at].n != n || memcmp(names->slots[at].p, folded, n) != 0))
		at = (at + 1) & (AC_FIELD_SLOTS - 1);
	return &names->slots[at];
}

void
ac_field_names_init(ac_field_names *names)
{
	memset(names, 0, sizeof(*names));
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str rest = ac_str_from(rows[i].names), name;

		while (ac_str_next_field(&rest, ' ', &name)) {
			size_t at = (size_t)(find_slot(names, name.p, name.n) - names->slots);

			names->slots[at] =
			    (ac_field_slot){ name.p, (uint8_t)name.n, (uint8_t)rows[i].role, rows[i].top_only };
		}
	}
}

/* The role of a name that is in the table. */
static bool
look_up(const ac_field_names *names, ac_str name, bool is_top, ac_field_role *out)
{
	char folded[AC_FIELD_NAME_MAX];
	const ac_field_slot *slot;

	if (name.n == 0 || name.n > sizeof(folded))
		return false;
	for (size_t i = 0; i < name.n; i++)
		folded[i] = ac_lower(name.p[i]);
	slot = find_slot(names, folded, name.n);
	if (!slot->p || (slot->top_only && !is_top))
		return false;
	*out = (ac_field_role)slot->role;
	return true;
}

bool
ac_field_names_of(ac_field_role role, ac_on_field_name on_name, void *payload)
{
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str rest = ac_str_from(rows[i].names), name, head;

		while (rows[i].role == role && ac_str_next_field(&rest, ' ', &name)) {
			while (ac_str_cut(&name, '.', &head))
				;
			if (!on_name(payload, name))
				return false;
		}
	}
	return role != AC_FIELD_SOFTWARE || on_name(payload, AC_S("version"));
}

ac_field_role
ac_field_role_of(const ac_field_names *names, ac_str name)
{
	ac_field_role role = AC_FIELD_OTHER;
	ac_str rest = name, head;

	if (look_up(names, name, true, &role))
		return role;
	while (ac_str_cut(&rest, '.', &head))
		if (look_up(names, rest, false, &role))
			return role;
	return ac_str_find_fold(rest, AC_S("version")) < rest.n ? AC_FIELD_SOFTWARE : AC_FIELD_OTHER;
}
