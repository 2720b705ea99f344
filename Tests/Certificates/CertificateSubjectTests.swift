import Certificates
import NIOSSL
import TestSupport
import Testing

/// Whom certificates name.
@Suite struct CertificateSubjectTests {
    @Test(
        "Subjects are written as RabbitMQ writes them, the last step first",
        arguments: [
            ("/CN=orders", "CN=orders", "orders"),
            ("/C=DE/O=shop/CN=orders", "CN=orders,O=shop,C=DE", "orders"),
            ("/O=shop, inc/CN=a\\+b", "CN=a\\+b,O=shop\\, inc", "a+b"),
            ("/CN=größe", "CN=gr\\C3\\B6\\C3\\9Fe", "größe"),
            ("/CN=a/CN=b", "CN=b,CN=a", "a,b"),
            ("/O=shop+CN=orders", "O=shop+CN=orders", "orders"),
            ("/O=shop", "O=shop", nil),
        ])
    func subjects(subject: String, distinguished: String, common: String?) throws {
        let certificates = try TestCertificates()
        try certificates.make("client", subject: subject)
        let bytes = try NIOSSLCertificate.fromPEMFile(certificates.path("client.pem"))[0]
            .toDERBytes()
        let found = try #require(CertificateSubject(certificate: bytes))
        #expect(found.distinguishedName == distinguished)
        #expect(found.commonName == common)
        // However it is cut off, it names nobody rather than somebody else.
        for count in 0..<bytes.count {
            let part = CertificateSubject(certificate: Array(bytes.prefix(count)))
            #expect(part == nil)
        }
    }

    @Test("Whatever byte is another, reading it comes to an end")
    func damaged() throws {
        let certificates = try TestCertificates()
        try certificates.make("client", subject: "/O=shop/CN=orders")
        let bytes = try NIOSSLCertificate.fromPEMFile(certificates.path("client.pem"))[0]
            .toDERBytes()
        var readable = 0
        for index in bytes.indices {
            for value: UInt8 in [0x00, 0x30, 0x7F, 0x80, 0x84, 0xFF] {
                var copy = bytes
                copy[index] = value
                if CertificateSubject(certificate: copy) != nil { readable += 1 }
            }
        }
        #expect(readable > 0)
    }
}
