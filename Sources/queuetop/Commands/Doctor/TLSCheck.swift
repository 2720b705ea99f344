import Certificates
import Doctor
import Glibc
import Settings

/// Whether the listeners could do TLS with the files that are named.
struct TLSCheck {
    private let tls: TLSFiles

    init(_ tls: TLSFiles) { self.tls = tls }

    var findings: [Finding] {
        let named: [(SettingKey, String?)] = [
            (.tlsCertificate, self.tls.certificate), (.tlsKey, self.tls.key),
            (.tlsAuthority, self.tls.authority),
        ]
        let files = named.compactMap { key, path in
            path.map {
                Probe.file($0, setting: key.rawValue).finding(isSecret: key == .tlsKey)
            }
        }
        // What cannot even be opened was said.
        guard !files.contains(where: { $0.verdict == .fail }) else { return files }
        return files + self.together
    }

    /// What only shows when all of them are read.
    private var together: [Finding] {
        guard let certificate = self.tls.certificate, let key = self.tls.key else { return [] }
        do throws(CertificateError) {
            let certificates = try ServerCertificates(
                CertificateFiles(
                    certificate: certificate, key: key, authorities: self.tls.authority))
            let troubles = Self.troubles(
                certificates.spans, setting: "tls",
                advice: "Put another one there; a broker that runs loads it on SIGHUP.")
            guard troubles.isEmpty else { return troubles }
            return [Finding("tls", .ok, "Certificate and key belong together and are valid.")]
        } catch {
            return [
                Finding(
                    "tls", .fail, "\(error.path): \(error.reason).",
                    advice: "The broker does not start with it: correct tls.certificate, tls.key "
                        + "and tls.ca.")
            ]
        }
    }

    /// What is wrong with when certificates are valid.
    static func troubles(
        _ spans: [CertificateSpan], setting: String, advice: String
    ) -> [Finding] {
        let now = Int64(time(nil))
        return spans.compactMap { span in
            span.trouble(atSeconds: now).map { trouble in
                Finding(
                    setting, .warn, "A certificate in \(span.path) \(trouble).",
                    advice: advice)
            }
        }
    }
}
