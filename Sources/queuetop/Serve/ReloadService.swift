import Certificates
import Core
import DefinitionsFile
import Engine
import Glibc
import Logging
import ServiceLifecycle
import Settings
import Supervision
import UnixSignals

/// Reads the configuration, the definitions and the certificates again whenever the process gets
/// SIGHUP.
///
/// What can change while it runs changes; what cannot is named in one line of the log. A
/// configuration that cannot be used changes no setting; the definitions and certificates that were
/// named before are loaded all the same.
struct ReloadService: Service {
    let source: SettingsSource
    /// As the command line had them.
    let options: BrokerOptions
    let started: ProgramSettings
    let engine: Engine
    /// Nil without a listener for TLS.
    let certificates: ServerCertificates?
    let log: ProgramLog
    let manager: ManagerDesk?
    /// Trapped before anybody is told that the broker is ready: else a SIGHUP would end it.
    let hangups: UnixSignalsSequence

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var settings = self.started
            for await _ in self.hangups {
                await self.manager?.tell(
                    .reloading(monotonicMicroseconds: Self.monotonicMicroseconds()))
                if let newer = self.readConfiguration() {
                    await self.change(to: newer)
                    settings = newer
                }
                if let path = settings.definitions { await self.load(DefinitionsFile(path: path)) }
                self.loadCertificates()
                await self.manager?.tell(.ready)
            }
        }
    }

    private func readConfiguration() -> ProgramSettings? {
        do throws(SettingProblem) {
            return try self.source.read()
        } catch {
            self.log.logger.error("configuration refused, settings stay as they are: \(error)")
            return nil
        }
    }

    private func change(to settings: ProgramSettings) async {
        self.log.change(form: settings.log.form, level: settings.log.threshold)
        let limits = self.options.filled(from: settings).engineLimits
        await self.engine.change(to: limits.limited(by: settings.limits))
        let fixed = settings.needingRestart(since: self.started)
        guard !fixed.isEmpty else { return self.log.logger.notice("configuration loaded") }
        self.log.logger.warning(
            "configuration loaded, but only a restart changes some of it",
            metadata: ["settings": "\(fixed.map(\.rawValue).joined(separator: ", "))"])
    }

    private func load(_ file: DefinitionsFile) async {
        do throws(DefinitionsError) {
            try await file.load(into: self.engine)
            StandardStream.output.write("definitions loaded: \(file.path)\n")
            self.log.logger.notice("definitions loaded", metadata: ["file": "\(file.path)"])
        } catch {
            StandardStream.output.write("definitions refused: \(error)\n")
            self.log.logger.error("definitions refused: \(error)")
        }
    }

    private func loadCertificates() {
        guard let certificates = self.certificates else { return }
        let file = certificates.files.certificate
        do throws(CertificateError) {
            try certificates.reload()
            StandardStream.output.write("certificates loaded: \(file)\n")
            self.log.logger.notice("certificates loaded", metadata: ["file": "\(file)"])
            certificates.warn(self.log.logger)
        } catch {
            StandardStream.output.write("certificates refused: \(error)\n")
            self.log.logger.error("certificates refused: \(error)")
        }
    }

    private static func monotonicMicroseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
    }
}

extension DefinitionsFile {
    /// Has an engine take what the file says.
    ///
    /// - Returns: What it says.
    @discardableResult
    func load(into engine: Engine) async throws(DefinitionsError) -> Definitions {
        let definitions = try self.read()
        let reasons = await engine.apply(definitions)
        guard reasons.isEmpty else { throw .refused(path: self.path, reasons: reasons) }
        return definitions
    }
}
