import Certificates
import Glibc
import Logging

extension ServerCertificates {
    /// Warns of certificates that clients will not believe, or soon will not.
    func warn(_ logger: Logger) {
        let now = Int64(time(nil))
        for span in self.spans {
            guard let trouble = span.trouble(atSeconds: now) else { continue }
            logger.warning("certificate \(trouble)", metadata: ["file": "\(span.path)"])
        }
    }
}
