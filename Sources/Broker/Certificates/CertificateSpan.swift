import NIOSSL

/// From when until when a certificate is valid, in seconds since 1970.
package struct CertificateSpan: Hashable, Sendable {
    /// The file that it is in.
    package var path: String
    package var notBefore: Int64
    package var notAfter: Int64

    package init(path: String, notBefore: Int64, notAfter: Int64) {
        self.path = path
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    /// Days before its end from which on it is time for another one.
    package static let noticeDays: Int64 = 14
    private static let daySeconds: Int64 = 86_400

    /// What is wrong with it at a moment, or soon will be, as the end of a sentence; nil when
    /// nothing is.
    package func trouble(atSeconds now: Int64) -> String? {
        if now > self.notAfter { return "has expired\(Self.days(now - self.notAfter, "ago"))" }
        if now < self.notBefore {
            return "is not valid yet\(Self.days(self.notBefore - now, "to go"))"
        }
        let left = self.notAfter - now
        guard left < Self.noticeDays * Self.daySeconds else { return nil }
        return "expires soon\(Self.days(left, "left"))"
    }

    private static func days(_ seconds: Int64, _ word: String) -> String {
        let days = seconds / Self.daySeconds
        return days == 0 ? ", within a day" : ", \(days) day\(days == 1 ? "" : "s") \(word)"
    }
}

extension CertificateSpan {
    /// Those of every certificate in a file.
    ///
    /// - Throws: Why the file cannot be read.
    package static func read(_ path: String) throws(CertificateError) -> [CertificateSpan] {
        do {
            return try NIOSSLCertificate.fromPEMFile(path).map { CertificateSpan($0, in: path) }
        } catch {
            throw CertificateError(path, "it cannot be read as a certificate in PEM")
        }
    }

    init(_ certificate: NIOSSLCertificate, in path: String) {
        self.init(
            path: path, notBefore: Int64(certificate.notValidBefore),
            notAfter: Int64(certificate.notValidAfter))
    }
}
