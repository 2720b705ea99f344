import Certificates
import Core
import DefinitionsFile
import Engine
import ServiceLifecycle
import UnixSignals

/// Reads the files of definitions and of certificates again whenever the process gets SIGHUP, and
/// says how it went, each in one line on standard output.
struct ReloadService: Service {
    let file: DefinitionsFile?
    let certificates: ServerCertificates?
    let engine: Engine

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                await self.loadDefinitions()
                self.loadCertificates()
            }
        }
    }

    private func loadDefinitions() async {
        guard let file = self.file else { return }
        do throws(DefinitionsError) {
            try await file.load(into: self.engine)
            StandardStream.output.write("definitions loaded: \(file.path)\n")
        } catch {
            StandardStream.output.write("definitions refused: \(error)\n")
        }
    }

    private func loadCertificates() {
        guard let certificates = self.certificates else { return }
        do throws(CertificateError) {
            try certificates.reload()
            StandardStream.output.write(
                "certificates loaded: \(certificates.files.certificate)\n")
        } catch {
            StandardStream.output.write("certificates refused: \(error)\n")
        }
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
