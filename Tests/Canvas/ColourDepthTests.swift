import Canvas
import Testing

@Suite("Colours that a terminal has")
struct ColourDepthTests {
    @Test("Each of the sixteen is its own nearest", arguments: 0..<16)
    func ansi(index: Int) {
        let colour = ColourDepth.ansiColours[index]
        #expect(ColourDepth.ansi16.nearest(colour) == .indexed(UInt8(index)))
        if index < 8 {
            #expect(ColourDepth.ansi8.nearest(colour) == .indexed(UInt8(index)))
        }
    }

    /// The fixed part of the 256 colour table.
    private static func colour(ofIndex index: Int) -> RGB {
        guard index < 232 else {
            let shade = UInt8(8 + 10 * (index - 232))
            return RGB(shade, shade, shade)
        }
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        let place = index - 16
        return RGB(steps[place / 36], steps[place / 6 % 6], steps[place % 6])
    }

    @Test("Each colour of the cube and the greys is found", arguments: 16..<256)
    func indexed(index: Int) {
        let colour = Self.colour(ofIndex: index)
        guard case .indexed(let found) = ColourDepth.indexed256.nearest(colour) else {
            Issue.record("not an index")
            return
        }
        #expect(Self.colour(ofIndex: Int(found)) == colour)
    }

    @Test("No colour of the table is much nearer than the one that is found")
    func nearest() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let colour = RGB(UInt32.random(in: 0...0xFFFFFF, using: &random))
            guard case .indexed(let found) = ColourDepth.indexed256.nearest(colour) else {
                continue
            }
            let distance = Self.colour(ofIndex: Int(found)).distance(to: colour)
            let best = (16..<256).map { Self.colour(ofIndex: $0).distance(to: colour) }.min() ?? 0
            // Channel by channel is not quite the same as by the eye's measure.
            #expect(distance <= best * 2 + 400_000, "\(colour)")
        }
    }

    @Test("Among sixteen or eight a pastel keeps its hue, and a tinted grey is a grey")
    func hues() {
        let colours: [UInt32] = [0xFF7A75, 0x7FD18B, 0xE8C15A, 0x7CC4FF, 0xC9A8FF, 0xF29CD0]
        let bright = colours.map { ColourDepth.ansi16.nearest(RGB($0)) }
        #expect(bright == [9, 10, 11, 14, 12, 13].map { .indexed($0) })
        let plain = colours.map { ColourDepth.ansi8.nearest(RGB($0)) }
        #expect(plain == [1, 2, 3, 6, 4, 5].map { .indexed($0) })
        let greys: [UInt32] = [0x14181F, 0x56687F, 0xB0B8C4, 0xFAFAF7]
        #expect(
            greys.map { ColourDepth.ansi16.nearest(RGB($0)) }
                == [0, 8, 7, 15].map { .indexed($0) })
    }

    @Test("The other depths")
    func others() {
        #expect(ColourDepth.monochrome.nearest(RGB(0xFF0000)) == .standard)
        #expect(ColourDepth.trueColour.nearest(RGB(0x123456)) == .direct(RGB(0x123456)))
        #expect(ColourDepth.ansi16.nearest(RGB(0xF01010)) == .indexed(9))
        #expect(ColourDepth.ansi8.nearest(RGB(0xF01010)) == .indexed(1))
        #expect(ColourDepth.indexed256.nearest(RGB(0x000000)) == .indexed(16))
        #expect(ColourDepth.allCases == ColourDepth.allCases.sorted())
    }
}
