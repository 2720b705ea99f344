import Certificates
import Doctor
import FoundationEssentials
import RabbitMQLink
import Settings

/// Whether a broker that the configuration names could be attached to, as far as that shows here.
struct ContextCheck {
    private let context: ContextSettings

    init(_ context: ContextSettings) { self.context = context }

    var finding: Finding {
        let check = "context \(self.context.name)"
        do {
            let address = try LinkAddress(
                parsing: self.context.url, managementURL: self.context.managementURL)
            let usesTLS = address.amqp.usesTLS || address.management.usesTLS
            if usesTLS || self.context.tls != TLSFiles() {
                _ = try TrustRoots(
                    authorities: self.context.tls.authority,
                    certificate: self.context.tls.certificate, key: self.context.tls.key
                ).configuration()
            }
            let paths = [self.context.tls.authority, self.context.tls.certificate]
            let spans = try paths.compactMap { $0 }.flatMap { try CertificateSpan.read($0) }
            let advice = "Get another one from whoever runs that broker; the next attach reads it."
            if let trouble = TLSCheck.troubles(spans, setting: check, advice: advice).first {
                return trouble
            }
            return self.passwordFinding(check, user: self.context.user ?? address.user)
        } catch {
            return Finding(
                check, .fail, "\(error)",
                advice: "Nobody can attach to it so: correct contexts.\(self.context.name).")
        }
    }

    private func passwordFinding(_ check: String, user: String) -> Finding {
        do throws(SettingProblem) {
            let secret = try self.context.readPassword(
                environment: ProcessInfo.processInfo.environment)
            guard secret == nil else { return Finding(check, .ok, "Its password can be read.") }
            return Finding(
                check, .ok,
                user == "guest"
                    ? "User guest with its first password." : "Its password is asked for.")
        } catch {
            return Finding(check, .warn, "\(error)")
        }
    }
}
