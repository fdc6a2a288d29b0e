import type { Lexicon } from '../concepts.ts'

export const VIETNAMESE: Lexicon = {
  Override: `bỏ qua, phớt lờ, quên đi, quên, hãy quên, hãy bỏ qua, lờ đi, không tuân theo, đừng tuân theo, đừng làm theo, bo qua tat ca`,
  Earlier: `trước đó, trước đây, trước, ở trên, phía trên, bên trên, ban đầu, truoc do`,
  Scope: `tất cả, mọi, toàn bộ, tat ca`,
  Instructions: `hướng dẫn, chỉ dẫn, chỉ thị, câu lệnh, huong dan`,
  Directions: `quy tắc, quy định, mệnh lệnh, nhiệm vụ, tin nhắn`,
  HiddenPrompt: `lời nhắc hệ thống, prompt hệ thống, hướng dẫn hệ thống, chỉ thị hệ thống, hướng dẫn của bạn, chỉ dẫn của bạn, chỉ thị của bạn, thông điệp hệ thống`,
  Reveal: `hiển thị, cho tôi xem, cho tôi biết, tiết lộ, in ra, lặp lại, nói cho tôi`,
  You: `bạn, của bạn`,
  NewTask: `nhiệm vụ mới, hướng dẫn mới, chỉ thị mới`,
  Guardrail: `đạo đức, chính sách nội dung, bộ lọc an toàn, kiểm duyệt`,
  Unrestricted: `không giới hạn, không bị giới hạn, không có giới hạn, không hạn chế, không có bất kỳ hạn chế, không kiểm duyệt, không bị ràng buộc`,
  Persona: `bây giờ bạn là, từ bây giờ bạn là, từ giờ bạn là, hãy đóng vai, đóng vai, giả vờ, hành động như`,
  Refuse: `từ chối, xin lỗi, cảnh báo`,
  Mode: `chế độ nhà phát triển, chế độ gỡ lỗi, chế độ quản trị`,
  Send: `gửi, gửi cho, chuyển tiếp, tải lên`,
  Secret: `mật khẩu, thông tin đăng nhập, khóa api, mã truy cập`,
  Conceal: `không cho người dùng biết, đừng nói với người dùng, mà không thông báo cho người dùng, bí mật`,
}

/** Indonesian and Malay. */
export const INDONESIAN: Lexicon = {
  Override: `abaikan, lupakan, jangan ikuti, jangan patuhi, langgar, kesampingkan, abaikanlah`,
  Earlier: `sebelumnya, sebelum ini, di atas, terdahulu, terdahulunya, semula`,
  Scope: `semua, seluruh, segala, setiap`,
  Instructions: `instruksi, arahan, petunjuk, pedoman`,
  Directions: `aturan, perintah, tugas, peraturan, pesan`,
  HiddenPrompt: `prompt sistem, instruksi sistem, perintah sistem, instruksimu, instruksi anda, instruksi awalmu, instruksi awal anda, pesan sistem, arahan sistem`,
  Reveal: `tampilkan, tunjukkan, ungkapkan, cetak, ulangi, beri tahu saya, beritahu saya, bocorkan, sebutkan`,
  You: `kamu, anda, engkau, awak`,
  NewTask: `tugas baru, instruksi baru, perintah baru, arahan baru`,
  Guardrail: `kebijakan konten, filter keamanan, pedoman etika, etika, moral, sensor`,
  Unrestricted: `tanpa batasan, tanpa batas, tanpa pembatasan, tanpa sekatan, tanpa filter, tanpa sensor, tanpa aturan`,
  Persona: `kamu sekarang adalah, anda sekarang adalah, mulai sekarang kamu, mulai sekarang anda, berpura-puralah, bertindak sebagai, bertindaklah`,
  Refuse: `menolak, tolak, minta maaf, peringatan`,
  Mode: `mode pengembang, mode debug, mod pembangun`,
  Send: `kirim, kirimkan, hantar, teruskan, unggah`,
  Secret: `kata sandi, sandi, kata laluan, kredensial, kunci api, token akses`,
  Conceal: `tanpa memberi tahu pengguna, jangan beri tahu pengguna, jangan beritahu pengguna, diam-diam, secara rahasia`,
}

export const THAI: Lexicon = {
  Override: `ละเว้น, เพิกเฉย, ลืม, ไม่ต้องสนใจ, ไม่สนใจ, อย่าสนใจ, อย่าทำตาม, ไม่ต้องทำตาม`,
  Earlier: `ก่อนหน้า, ก่อนหน้านี้, ด้านบน, ข้างต้น, เดิม, ที่ผ่านมา`,
  Scope: `ทั้งหมด, ทุก, ทุกอย่าง`,
  Instructions: `คำสั่ง, คำแนะนำ, คำชี้แจง, ข้อกำหนด`,
  Directions: `กฎ, งาน, ข้อความ`,
  HiddenPrompt: `พรอมต์ระบบ, พรอมป์ระบบ, คำสั่งระบบ, คำสั่งของคุณ, คำสั่งเริ่มต้น, คำแนะนำของระบบ`,
  Reveal: `แสดง, บอก, เปิดเผย, พิมพ์, ทวน, ทำซ้ำ`,
  You: `คุณ`,
  Unrestricted: `ไม่มีข้อจำกัด, ไร้ข้อจำกัด, โดยไม่มีข้อจำกัด, ไม่มีการเซ็นเซอร์`,
  Persona: `ตอนนี้คุณคือ, ต่อไปนี้คุณคือ, แสร้งทำเป็น, สวมบทบาท`,
  Refuse: `ปฏิเสธ, ขอโทษ`,
}

export const FILIPINO: Lexicon = {
  Override: `huwag pansinin, balewalain, kalimutan, ipagwalang-bahala, huwag sundin`,
  Earlier: `naunang, nauna, nakaraang, nakaraan, nasa itaas, dating`,
  Scope: `lahat ng, lahat, bawat`,
  Instructions: `tagubilin, instruksyon, panuto`,
  Directions: `patakaran, utos, gawain`,
  HiddenPrompt: `iyong mga tagubilin, mga tagubilin mo, orihinal na tagubilin, system prompt mo, iyong system prompt`,
  Reveal: `ipakita, ibunyag, ulitin, sabihin mo`,
  You: `ikaw, iyong, mo`,
  Unrestricted: `walang limitasyon, walang paghihigpit, walang mga panuntunan`,
  Persona: `ikaw ngayon ay, mula ngayon ikaw, magpanggap`,
}

export const SWAHILI: Lexicon = {
  Override: `puuza, sahau, usifuate, msifuate, dharau`,
  Earlier: `awali, yaliyotangulia, yaliyopita, hapo juu, ya kwanza`,
  Scope: `yote, zote, wote`,
  Instructions: `maagizo, maelekezo, miongozo`,
  Directions: `sheria, amri, kazi`,
  HiddenPrompt: `maagizo yako, maelekezo yako, maagizo ya mfumo, maelekezo ya mfumo`,
  Reveal: `onyesha, fichua, rudia, niambie, chapisha`,
  You: `wewe, yako`,
  Unrestricted: `bila vikwazo, bila mipaka, bila masharti`,
  Persona: `sasa wewe ni, kuanzia sasa wewe, jifanye`,
}
